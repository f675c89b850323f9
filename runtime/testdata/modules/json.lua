return "beside the script"
